package io.throughline.chat.offline;

import io.throughline.chat.asking.Answerer;
import io.throughline.chat.tool.Proposals;
import io.throughline.chat.tool.SuiteReads;
import io.throughline.chat.tool.SuiteReads.Count;

/** Answers a documented set of questions by fixed rules, with the suite's real figures, and says what it is. */
public final class OfflineAnswerer implements Answerer {

    static final String MODEL = "offline";
    private static final String VERSION = "rules 1";
    private static final String NOT_CONNECTED = "(No language model is connected; this answer comes from fixed rules.)";
    private static final String DOWN =
            "(The language model does not answer at the moment; this answer comes from fixed rules.)";

    private static final String HELP = """
            I can answer these questions with the figures of your account:
            - How is the campaign doing? How is NAME doing? How are all campaigns doing?
            - Which campaigns are there? Compare NAME and NAME.
            - How many contacts are there?
            - Which jobs are running? Which jobs failed?
            - What are the limits? What does the monitor say?
            - Pause the campaign NAME. Retry job ID. (I propose it, you confirm it.)""";

    private static final String LIMITS = """
            A question has 1 to 8000 characters; an answer takes at most 30 s; the newest 50 messages of a conversation \
            are kept in mind. A page of a list has 50 rows unless asked otherwise, at most 200. A job is tried at most 5 \
            times.""";

    private final SuiteReads suite;
    private final CampaignAnswers campaigns;
    private final JobAnswers jobs;
    private final ProposedAnswers proposed;
    private final String note;

    private OfflineAnswerer(SuiteReads suite, Proposals proposals, String note) {
        this.suite = suite;
        this.campaigns = new CampaignAnswers(suite);
        this.jobs = new JobAnswers(suite);
        this.proposed = new ProposedAnswers(campaigns, proposals);
        this.note = note;
    }

    public static OfflineAnswerer withoutModel(SuiteReads suite, Proposals proposals) {
        return new OfflineAnswerer(suite, proposals, NOT_CONNECTED);
    }

    public static OfflineAnswerer whileModelIsDown(SuiteReads suite, Proposals proposals) {
        return new OfflineAnswerer(suite, proposals, DOWN);
    }

    @Override
    public String model() {
        return MODEL;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public Answer answer(Question question, Listener listener) {
        String reply = reply(question) + "\n\n" + note;
        for (String piece : reply.split("(?<=\\s)(?=\\S)")) {
            listener.token(piece);
        }
        return new Answer(reply, MODEL, true);
    }

    private String reply(Question question) {
        return switch (Intent.of(question.text())) {
            case HELP -> HELP;
            case PAUSE -> proposed.pause(question);
            case RETRY -> proposed.retry(question);
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
        Count count = suite.contactCount(question.visit());
        if (count.rows() == 1) {
            return "There is 1 contact.";
        }
        return "There are " + (count.exact() ? "" : "at least ") + count.rows() + " contacts.";
    }

    private String monitor(Question question) {
        return MonitorText.of(suite.monitor(question.visit()));
    }
}
