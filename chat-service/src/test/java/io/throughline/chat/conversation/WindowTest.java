package io.throughline.chat.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.chat.conversation.Said.Role;
import io.throughline.chat.conversation.TurnStore.Line;
import io.throughline.chat.conversation.TurnStore.Opened;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final Window.Size FIFTY = new Window.Size(50, 12_000);

    @Test
    void tellsAllOfAShortConversation() {
        Window window = Window.of(conversation(1, 48, 10), "next?", FIFTY);
        assertThat(window.said()).hasSize(48);
        assertThat(window.said().getFirst()).isEqualTo(new Said(Role.USER, "message 1"));
        assertThat(window.cut()).isFalse();
        assertThat(window.earlier()).isEmpty();
    }

    @Test
    void dropsAQuarterAtOnceWhenItIsFull() {
        Window window = Window.of(conversation(1, 50, 10), "next?", FIFTY);
        assertThat(window.cut()).isTrue();
        assertThat(window.said()).hasSize(36);
        assertThat(window.from()).isEqualTo(15);
        assertThat(window.said().getFirst()).isEqualTo(new Said(Role.USER, "message 15"));
        assertThat(window.earlier().lines()).hasSize(14).first().isEqualTo("user: message 1");
    }

    @Test
    void keepsToTheTokenBudgetWithTheQuestion() {
        // 20 messages of 40 tokens and a question of 250: 1050. Three quarters are left for 500 tokens of messages.
        Window window = Window.of(conversation(1, 20, 40), "x".repeat(1000), new Window.Size(50, 1000));
        assertThat(window.said()).hasSize(12);
        assertThat(window.said().getLast().text()).isEqualTo("message 20");
    }

    @Test
    void keepsTheNewestTurnIfItFitsAtAll() {
        Window window = Window.of(conversation(1, 4, 450), "?", new Window.Size(50, 1000));
        assertThat(window.said()).extracting(Said::text).containsExactly("message 3", "message 4");
        assertThat(Window.of(conversation(1, 4, 501), "?", new Window.Size(50, 1000))
                        .said())
                .isEmpty();
    }

    @Test
    void beginsWithTheUserEvenWhenTheRowsDoNot() {
        Window window = Window.of(conversation(2, 8, 10), "?", FIFTY);
        assertThat(window.said().getFirst().text()).isEqualTo("message 3");
    }

    @Test
    void shortensWhatWasDroppedAndForgetsTheOldestOfIt() {
        String earlier = "";
        for (int i = 0; i < 100; i++) {
            earlier = Earlier.and(
                    earlier,
                    List.of(new Said(Role.USER, "question " + i), new Said(Role.ASSISTANT, "long ".repeat(100))));
            assertThat(earlier.length()).isLessThanOrEqualTo(Earlier.LONGEST + 50);
        }
        long kept = earlier.lines().count() - 1;
        assertThat(earlier)
                .startsWith("(" + (200 - kept) + " older messages are left out)\n")
                .contains("user: question 99\nassistant: long long");
    }

    private static Opened conversation(long first, long last, int tokens) {
        List<Line> lines = LongStream.rangeClosed(first, last)
                .mapToObj(position -> new Line(
                        position,
                        new Said(position % 2 == 1 ? Role.USER : Role.ASSISTANT, "message " + position),
                        tokens))
                .toList();
        return new Opened(last, first, "", lines);
    }
}
