package io.throughline.platform.monitor;

import io.quarkus.arc.All;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.throughline.platform.http.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** This service's own figures; {@code GET /api/monitor} gathers them from all services. */
@Path("/internal/monitor")
@RunOnVirtualThread
public class MonitorResource {

    private final List<MonitorSection> sections;

    MonitorResource(@All List<MonitorSection> sections) {
        this.sections = sections;
    }

    @GET
    @Operation(hidden = true)
    public Envelope<Map<String, Object>> figures() {
        Map<String, Object> figures = new TreeMap<>();
        for (MonitorSection section : sections) {
            figures.put(section.name(), section.figures());
        }
        return Envelope.of(figures);
    }
}
