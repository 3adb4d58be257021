package io.throughline.jobs.outside;

import java.net.URI;
import java.util.Map;

/**
 * A body for an address that somebody else has chosen.
 *
 * @param headers beside {@code User-Agent}
 */
public record Post(URI url, Map<String, String> headers, byte[] body) {}
