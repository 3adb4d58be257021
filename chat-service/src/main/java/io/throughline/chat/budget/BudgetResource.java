package io.throughline.chat.budget;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.openapi.annotations.Operation;

@Path("/api/chat/budget")
@RunOnVirtualThread
public class BudgetResource {

    private final Budgets budgets;
    private final CurrentCaller current;

    BudgetResource(Budgets budgets, CurrentCaller current) {
        this.budgets = budgets;
        this.current = current;
    }

    @GET
    @Operation(summary = "What is left of today's bounds, of the caller and of the tenant")
    public Envelope<Standing> left() {
        return Envelope.of(budgets.standing(current.caller()));
    }
}
