package io.throughline.chat.offline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntentTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    help                                          | HELP
                    Hello!                                        | HELP
                    What can you tell me?                         | HELP
                    How is the campaign doing?                    | CAMPAIGN
                    how's the campaign doing                      | CAMPAIGN
                    Which campaigns are there?                    | CAMPAIGN
                    How is Spring launch doing?                   | CAMPAIGN
                    What is the open rate of Spring?              | FIGURES
                    How many contacts are enrolled?               | FIGURES
                    Show me the performance                       | FIGURES
                    compare A and B                               | COMPARE
                    Which campaign is best?                       | COMPARE
                    How many contacts do I have?                  | CONTACT_COUNT
                    number of people imported                     | CONTACT_COUNT
                    Which jobs are running?                       | JOBS
                    did the import finish?                        | JOBS
                    what failed?                                  | JOBS
                    What about limits?                            | LIMITS
                    how is the system                             | MONITOR
                    Is there any lag?                             | MONITOR
                    Tell me about my contacts                     | CONTACTS
                    Spring launch?                                | UNKNOWN
                    """)
    void isReadFromTheWords(String question, Intent intent) {
        assertThat(Intent.of(question)).isEqualTo(intent);
    }
}
