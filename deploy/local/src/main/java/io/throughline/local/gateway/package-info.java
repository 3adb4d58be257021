/**
 * One address for five services: routes, request ids, problems, the merged OpenAPI document and its page.
 */
package io.throughline.local.gateway;
