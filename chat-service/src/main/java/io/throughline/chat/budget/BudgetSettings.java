package io.throughline.chat.budget;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import java.math.BigDecimal;

/**
 * The bounds by whom they bind: {@code throughline.chat.budget.user.*} and {@code .tenant.*}. The defaults are wide: they
 * stop a loop or a leaked key, not a busy day. Money and tokens are only spent on a model. Public because the validator calls
 * nested settings from its own package.
 */
@ConfigMapping(prefix = "throughline.chat.budget")
public interface BudgetSettings {

    @Valid
    User user();

    @Valid
    Tenant tenant();

    interface Bounds {

        long requests();

        long tokens();

        BigDecimal dollars();

        int streams();
    }

    interface User extends Bounds {

        /** Questions a day, answered from the cache or not. */
        @Override
        @WithDefault("50000")
        @Min(1)
        long requests();

        /** Of input and output a day, as the provider counts them. */
        @Override
        @WithDefault("10000000")
        @Min(1)
        long tokens();

        /** A day. */
        @Override
        @WithDefault("10")
        BigDecimal dollars();

        /** Answers awaited at once, per replica. */
        @Override
        @WithDefault("200")
        @Min(1)
        int streams();
    }

    interface Tenant extends Bounds {

        @Override
        @WithDefault("500000")
        @Min(1)
        long requests();

        @Override
        @WithDefault("100000000")
        @Min(1)
        long tokens();

        @Override
        @WithDefault("100")
        BigDecimal dollars();

        @Override
        @WithDefault("400")
        @Min(1)
        int streams();
    }
}
