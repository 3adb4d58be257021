/**
 * An SMTP server that delivers nothing: mails are appended to a file and shown by the gateway.
 */
package io.throughline.local.mail;
