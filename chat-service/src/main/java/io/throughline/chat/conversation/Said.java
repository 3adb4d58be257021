package io.throughline.chat.conversation;

/** One message as an answerer is told it. */
public record Said(Role role, String text) {

    public enum Role {
        USER,
        ASSISTANT
    }
}
