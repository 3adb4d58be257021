package io.throughline.chat.tool;

import io.throughline.platform.suite.SuiteApi.Service;

/**
 * One look at the suite that an answer rests on.
 *
 * @param path with query
 * @param fingerprint of what was found; another one means that the data changed
 * @param passing whether it is about the moment: jobs, the monitor
 */
public record Read(Service service, String path, String fingerprint, boolean passing) {}
