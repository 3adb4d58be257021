package io.throughline.local.supervision;

import java.nio.file.Path;
import java.util.Map;

/**
 * How to start.
 *
 * @param demo whether an empty store is filled by the demo after start
 * @param detached whether nobody watches the screen: the demo then writes to its log
 * @param environment the user's own variables
 */
public record Options(
        Path root,
        Path data,
        int port,
        boolean fresh,
        boolean demo,
        boolean detached,
        Map<String, String> environment) {}
