package io.throughline.campaign;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.campaign.account.Accounts;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.TenancySuite;
import io.throughline.platform.test.TestKeys.TestKey;
import jakarta.inject.Inject;
import java.util.Map;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class CampaignTenancyTest extends TenancySuite {

    @Inject
    Sql sql;

    @Inject
    Json json;

    @Override
    protected Map<String, String> pathsOf(TestKey owner) {
        String instance = Campaigns.INSTANCES + "/" + Campaigns.anInstance(owner);
        return Map.of(
                "/api/account/keys/{id}", "/api/account/keys/" + Accounts.aKey(sql, owner),
                "/api/campaigns/templates/{id}", Campaigns.TEMPLATES + "/" + Campaigns.aTemplate(owner),
                "/api/campaigns/instances/{id}", instance,
                "/api/campaigns/instances/{id}/activate", instance + "/activate",
                "/api/campaigns/instances/{id}/pause", instance + "/pause",
                "/api/campaigns/instances/{id}/resume", instance + "/resume",
                "/api/campaigns/instances/{id}/complete", instance + "/complete");
    }

    @Override
    protected String body(String method, String template) {
        return method.equals("put") ? json.text(Campaigns.template("Taken over")) : "{}";
    }
}
