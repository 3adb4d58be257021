package io.throughline.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.throughline.platform.sql.SqlFailure;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way a request can fail, rendered as a problem. Stack traces go to the log, never to the client. */
public class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);

    @ServerExceptionMapper
    public Response problem(Problem problem, ContainerRequestContext request) {
        Response answer = render(problem.error(), problem.getMessage(), problem.errors(), request);
        Duration wait =
                problem.retryAfter() == null && problem.error().status() == 503 ? SHORTEST_WAIT : problem.retryAfter();
        return wait == null
                ? answer
                : Response.fromResponse(answer)
                        .header("Retry-After", Math.max(1, wait.toSeconds()))
                        .build();
    }

    @ServerExceptionMapper(priority = 1)
    public Response invalid(ConstraintViolationException violations, ContainerRequestContext request) {
        List<Problem.FieldError> errors = violations.getConstraintViolations().stream()
                .map(violation -> new Problem.FieldError(pointer(violation), violation.getMessage()))
                .sorted(java.util.Comparator.comparing(Problem.FieldError::pointer))
                .toList();
        return problem(Problem.invalid(errors), request);
    }

    @ServerExceptionMapper(priority = 1)
    public Response unreadable(JsonProcessingException failure, ContainerRequestContext request) {
        if (failure instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return problem(
                    Problem.invalid(List.of(new Problem.FieldError(pointer(mapping), reason(mapping)))), request);
        }
        return render(CommonErrors.MALFORMED, "The body is not valid JSON: " + reason(failure), List.of(), request);
    }

    /** Named apart, because Quarkus has a mapper of its own for this subclass, which would win. */
    @ServerExceptionMapper(priority = 1)
    public Response mismatched(MismatchedInputException failure, ContainerRequestContext request) {
        return unreadable(failure, request);
    }

    @ServerExceptionMapper
    public Response refused(WebApplicationException refusal, ContainerRequestContext request) {
        if (refusal.getCause() instanceof JsonProcessingException failure) {
            return unreadable(failure, request);
        }
        int status = refusal.getResponse().getStatus();
        if (status < 400) {
            return refusal.getResponse();
        }
        return switch (status) {
            case 400 -> render(CommonErrors.MALFORMED, "The request cannot be read.", List.of(), request);
            case 404 -> render(CommonErrors.NOT_FOUND, "There is no such path or resource.", List.of(), request);
            case 405 ->
                render(CommonErrors.METHOD_NOT_ALLOWED, request.getMethod() + " is not supported.", List.of(), request);
            case 406 -> render(CommonErrors.NOT_ACCEPTABLE, "Ask for application/json.", List.of(), request);
            case 413 -> render(CommonErrors.TOO_LARGE, "The body is too large.", List.of(), request);
            case 415 ->
                render(
                        CommonErrors.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type " + request.getHeaderString("Content-Type") + " is not supported here.",
                        List.of(),
                        request);
            default -> unexpected(refusal, request);
        };
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable failure, ContainerRequestContext request) {
        if (SqlFailure.mayPass(failure)) {
            LOG.errorf(
                    "Database unavailable; path=%s reason=%s",
                    request.getUriInfo().getPath(), failure.getMessage());
            return Response.fromResponse(render(
                            CommonErrors.UNAVAILABLE, "The database does not answer in time.", List.of(), request))
                    .header("Retry-After", SHORTEST_WAIT.toSeconds())
                    .build();
        }
        LOG.errorf(failure, "Request failed; path=%s", request.getUriInfo().getPath());
        return render(
                CommonErrors.INTERNAL, "The request failed; quote the requestId when asking.", List.of(), request);
    }

    static Response render(
            ErrorCode error, String detail, List<Problem.FieldError> errors, ContainerRequestContext request) {
        Object requestId = request.getProperty(RequestIds.PROPERTY);
        String path = request.getUriInfo().getRequestUri().getPath();
        return Response.status(error.status())
                .type(ProblemBody.MEDIA_TYPE)
                .entity(ProblemBody.of(error, detail, errors, path, requestId == null ? "" : requestId.toString()))
                .build();
    }

    private static String reason(JsonProcessingException failure) {
        return failure.getOriginalMessage().lines().findFirst().orElse("unreadable");
    }

    private static String pointer(JsonMappingException mapping) {
        return mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? String.valueOf(step.getIndex()) : step.getFieldName())
                .collect(Collectors.joining("/", "/", ""));
    }

    /** {@code create.template.steps[0].channel} becomes {@code /steps/0/channel}. */
    private static String pointer(ConstraintViolation<?> violation) {
        StringBuilder pointer = new StringBuilder();
        boolean single = true;
        String parameter = "";
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getIndex() != null) {
                pointer.append('/').append(node.getIndex());
            }
            if (node.getKind() == ElementKind.PARAMETER) {
                parameter = node.getName();
            } else if (node.getKind() == ElementKind.PROPERTY) {
                single = false;
                pointer.append('/').append(node.getName());
            }
        }
        return single && pointer.isEmpty() ? "/" + parameter : pointer.toString();
    }
}
