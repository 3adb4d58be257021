package io.throughline.jobs.outside;

import java.util.Map;

/**
 * One question to a provider.
 *
 * @param parameters for the URL or the body
 * @param idempotencyKey the same for all attempts at the same thing
 * @param attempt another one for each, so that the provider can tell them apart
 */
public record Ask(Map<String, String> parameters, String idempotencyKey, String attempt) {}
