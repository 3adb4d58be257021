/** The shape of every answer: envelope, pages, cursors, problems, request ids, conditional reads, body limits. */
package io.throughline.platform.http;
