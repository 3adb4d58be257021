package io.throughline.local.demo;

import io.throughline.local.stack.StackFailure;
import java.util.ArrayList;
import java.util.List;

/** Compares what the suite says with what was counted independently. */
final class Figures {

    private final List<String> differences = new ArrayList<>();

    void same(String what, Object expected, Object found) {
        boolean equal = String.valueOf(expected).equals(String.valueOf(found));
        System.out.printf(
                "     %s %-44s %s%s%n", equal ? "ok" : "XX", what, found, equal ? "" : ", expected " + expected);
        if (!equal) {
            differences.add(what + " is " + found + ", expected " + expected);
        }
    }

    /** @throws StackFailure when any differed */
    void conclude() {
        if (!differences.isEmpty()) {
            throw new StackFailure(
                    "The demo found " + differences.size() + " wrong figures: " + String.join("; ", differences) + ".",
                    "./throughline logs");
        }
    }
}
