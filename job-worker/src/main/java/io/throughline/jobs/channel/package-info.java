/**
 * Where messages of channels other than email go: one endpoint for each of a tenant's channels, told by webhooks that are signed as
 * <a href="https://www.standardwebhooks.com">Standard Webhooks</a> ask for. Owns table {@code channel_endpoint}; secrets are
 * sealed in it and shown once. What goes there is the caller's matter.
 */
package io.throughline.jobs.channel;
