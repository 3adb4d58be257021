package io.throughline.jobs.workflow;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.http.Envelope;
import io.throughline.platform.http.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.List;
import java.util.Map;
import java.util.UUID;

@Path("/api/workflows")
@RunOnVirtualThread
public class WorkflowResource {

    record WorkflowRequest(@NotBlank String workflowName, Map<String, Object> inputs, String priority) {}

    @POST
    public Envelope<Void> start(@NotNull @Valid WorkflowRequest request) {
        throw Problem.invalid(List.of(new Problem.FieldError("/workflowName", "is not a workflow of ours")));
    }

    @GET
    @Path("{jobId}")
    public Envelope<Void> show(@PathParam("jobId") UUID jobId) {
        throw Problem.notFound("workflow", jobId);
    }
}
