package io.throughline.local.lifeline;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another program's {@code main} in this JVM and ends the JVM in good order when its parent is gone.
 *
 * <p>The parent holds the other end of our standard input and never writes to it. The operating system closes that end
 * even after {@code kill -9}, so a child started this way cannot outlive its supervisor. Arguments: main class, then
 * its own arguments.
 */
public final class Lifeline {

    private Lifeline() {}

    public static void main(String[] arguments) throws ReflectiveOperationException {
        endWithParent();
        try {
            Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object)
                    Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException thrown) {
            thrown.getCause().printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent() {
        Thread.ofPlatform().daemon().name("lifeline").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    continue;
                }
            } catch (IOException closed) {
                System.err.println("lifeline: " + closed.getMessage());
            }
            System.exit(0);
        });
    }
}
