package io.throughline.chat.answer;

import io.throughline.chat.conversation.Answerer;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.SuiteReads.Count;
import java.util.function.Consumer;

/** Answers a documented set of questions by fixed rules, with the suite's real figures, and says what it is. */
final class OfflineAnswerer implements Answerer {

    static final String MODEL = "offline";
    private static final String NOTE = "(No language model is connected; this answer comes from fixed rules.)";

    private static final String HELP = """
            I can answer these questions with the figures of your account:
            - How is the campaign doing? How is NAME doing? How are all campaigns doing?
            - Which campaigns are there? Compare NAME and NAME.
            - How many contacts are there?
            - Which jobs are running? Which jobs failed?
            - What are the limits? What does the monitor say?""";

    private static final String LIMITS = """
            A question has 1 to 8000 characters; an answer takes at most 30 s; the newest 50 messages of a conversation \
            are kept in mind. A page of a list has 50 rows unless asked otherwise, at most 200. A job is tried at most 5 \
            times.""";

    private final SuiteReads suite;
    private final CampaignAnswers campaigns;
    private final JobAnswers jobs;

    OfflineAnswerer(SuiteReads suite) {
        this.suite = suite;
        this.campaigns = new CampaignAnswers(suite);
        this.jobs = new JobAnswers(suite);
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public Answer answer(Question question, Consumer<String> tokens) {
        String reply = reply(question) + "\n\n" + NOTE;
        for (String piece : reply.split("(?<=\\s)(?=\\S)")) {
            tokens.accept(piece);
        }
        return new Answer(reply, MODEL, Tokens.NONE);
    }

    private String reply(Question question) {
        return switch (Intent.of(question.text())) {
            case HELP -> HELP;
            case COMPARE -> campaigns.compared(question);
            case LIMITS -> LIMITS + "\n\n" + monitor(question);
            case MONITOR -> monitor(question);
            case FIGURES, CAMPAIGN -> campaigns.doing(question);
            case CONTACT_COUNT, CONTACTS -> contacts(question);
            case JOBS -> jobs.of(question);
            case UNKNOWN ->
                campaigns.named(question).orElse("I do not understand this question without a language model. " + HELP);
        };
    }

    private String contacts(Question question) {
        Count count = suite.contactCount(question.apiKey());
        if (count.rows() == 1) {
            return "There is 1 contact.";
        }
        return "There are " + (count.exact() ? "" : "at least ") + count.rows() + " contacts.";
    }

    private String monitor(Question question) {
        return MonitorText.of(suite.monitor(question.apiKey()));
    }
}
