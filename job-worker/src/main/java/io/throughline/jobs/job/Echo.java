package io.throughline.jobs.job;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers its parameters: the smallest job there is. */
@Singleton
class Echo implements JobType<Echo.Parameters> {

    /** @param any whatever was sent */
    record Parameters(@JsonAnySetter Map<String, Object> any) {
        Parameters {
            any = any == null ? new LinkedHashMap<>() : any;
        }
    }

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    /** It waits for nothing, so many at a time cost nothing and make claims and ends go in batches. */
    @Override
    public int concurrency() {
        return 1000;
    }

    @Override
    public Outcome run(Work<Parameters> work) {
        return new Outcome.Completed(work.parameters().any());
    }
}
