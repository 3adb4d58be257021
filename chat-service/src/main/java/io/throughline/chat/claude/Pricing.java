package io.throughline.chat.claude;

import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.chat.claude.ClaudeMessage.Counted;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What tokens cost. A price in dollars per million tokens is one in millionths of a dollar per token. */
record Pricing(ModelSettings.Prices prices) {

    Tokens of(Counted counted) {
        BigDecimal micros = cost(prices.input(), counted.input())
                .add(cost(prices.cacheWrite(), counted.cacheWrite()))
                .add(cost(prices.cacheRead(), counted.cacheRead()))
                .add(cost(prices.output(), counted.output()));
        return new Tokens(
                counted.input() + counted.cacheWrite() + counted.cacheRead(),
                counted.output(),
                micros.setScale(0, RoundingMode.CEILING).longValueExact());
    }

    private static BigDecimal cost(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }
}
