package io.throughline.jobs.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.throughline.jobs.workflow.Expression.And;
import io.throughline.jobs.workflow.Expression.Compared;
import io.throughline.jobs.workflow.Expression.Comparison;
import io.throughline.jobs.workflow.Expression.Literal;
import io.throughline.jobs.workflow.Expression.Not;
import io.throughline.jobs.workflow.Expression.Or;
import io.throughline.jobs.workflow.Expression.Path;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code inputs.count > 3 and not (steps.check.output.ok == false)}. Comparisons bind
 * most and do not chain, then {@code not}, {@code and}, {@code or}. Text is in single or
 * double quotes, with the quote or a backslash behind a backslash.
 */
final class ExpressionParser {

    static final int LONGEST = 2000;
    private static final int DEEPEST = 30;

    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<number>-?[0-9]{1,18}(?:\\.[0-9]{1,18})?(?![\\w.-]))"
                    + "|(?<word>[A-Za-z_][A-Za-z0-9_-]*(?:\\.[A-Za-z0-9_-]+)*)"
                    + "|'(?<single>(?:[^'\\\\]|\\\\.)*+)'|\"(?<double>(?:[^\"\\\\]|\\\\.)*+)\""
                    + "|(?<sign>==|!=|<=|>=|<|>|\\(|\\)|}))",
            Pattern.DOTALL);

    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "==",
            Comparison.EQUAL,
            "!=",
            Comparison.UNEQUAL,
            "<",
            Comparison.LESS,
            ">",
            Comparison.GREATER,
            "<=",
            Comparison.AT_MOST,
            ">=",
            Comparison.AT_LEAST);

    private final String text;
    private final int end;
    private final Matcher matcher;
    /** The token at hand: a word or sign as it is, or a value. Both null at the end. */
    private String token;

    private JsonNode value;
    private int next;
    private int depth;

    private ExpressionParser(String text, int start) {
        this.text = text;
        this.end = Math.min(text.length(), start + LONGEST);
        this.matcher = TOKEN.matcher(text);
        this.next = start;
    }

    /** What cannot be read as an expression; the message says why. */
    static final class Unreadable extends RuntimeException {
        Unreadable(String message) {
            super(message);
        }
    }

    /** The whole text is the expression, with or without <code>${…}</code> around it. */
    static Expression whole(String text) {
        if (text.length() > LONGEST) {
            throw new Unreadable("must have at most " + LONGEST + " characters");
        }
        if (text.startsWith("${")) {
            Braced braced = braced(text, 0);
            if (braced.end() == text.length()) {
                return braced.expression();
            }
        }
        ExpressionParser parser = new ExpressionParser(text, 0);
        parser.advance();
        Expression expression = parser.or();
        if (parser.token != null || parser.value != null) {
            throw parser.unexpected();
        }
        return expression;
    }

    /** @param end behind the closing brace */
    record Braced(Expression expression, int end) {}

    /** The <code>${…}</code> that begins at {@code start}. */
    static Braced braced(String text, int start) {
        ExpressionParser parser = new ExpressionParser(text, start + 2);
        parser.advance();
        Expression expression = parser.or();
        if (!"}".equals(parser.token)) {
            throw parser.token == null && parser.value == null
                    ? new Unreadable("has no closing brace for ${")
                    : parser.unexpected();
        }
        return new Braced(expression, parser.next);
    }

    private Expression or() {
        if (++depth > DEEPEST) {
            throw new Unreadable("has brackets more than " + DEEPEST + " deep");
        }
        Expression left = and();
        while (taken("or")) {
            left = new Or(left, and());
        }
        depth--;
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (taken("and")) {
            left = new And(left, not());
        }
        return left;
    }

    private Expression not() {
        boolean negated = false;
        while (taken("not")) {
            negated = !negated;
        }
        Expression of = comparison();
        return negated ? new Not(of) : of;
    }

    private Expression comparison() {
        Expression left = operand();
        Comparison comparison = token == null ? null : COMPARISONS.get(token);
        if (comparison == null) {
            return left;
        }
        advance();
        return new Compared(comparison, left, operand());
    }

    private Expression operand() {
        if (value != null) {
            JsonNode literal = value;
            advance();
            return new Literal(literal);
        }
        if (taken("(")) {
            Expression inside = or();
            if (!taken(")")) {
                throw new Unreadable("has no closing bracket for (");
            }
            return inside;
        }
        if (token == null
                || !Character.isLetter(token.charAt(0))
                || List.of("and", "or").contains(token)) {
            throw unexpected();
        }
        Path path = new Path(List.of(token.split("\\.")));
        if (!path.ofInput() && !path.ofStep()) {
            throw new Unreadable("has " + brief(token)
                    + ", which is neither inputs.NAME nor steps.NAME.output, and text needs quotes");
        }
        advance();
        return path;
    }

    private boolean taken(String wanted) {
        if (!wanted.equals(token)) {
            return false;
        }
        advance();
        return true;
    }

    private void advance() {
        token = null;
        value = null;
        matcher.region(next, end);
        if (!matcher.lookingAt()) {
            String rest = text.substring(next, end);
            if (!rest.isBlank()) {
                throw new Unreadable("cannot be read at " + brief(rest.strip()));
            }
            next = end;
            return;
        }
        next = matcher.end();
        if (matcher.group("number") != null) {
            value = number(new BigDecimal(matcher.group("number")));
        } else if (matcher.group("single") != null) {
            value = TextNode.valueOf(matcher.group("single").replaceAll("(?s)\\\\(.)", "$1"));
        } else if (matcher.group("double") != null) {
            value = TextNode.valueOf(matcher.group("double").replaceAll("(?s)\\\\(.)", "$1"));
        } else if (matcher.group("sign") != null) {
            token = matcher.group("sign");
        } else {
            word(matcher.group("word"));
        }
    }

    private void word(String word) {
        switch (word) {
            case "true" -> value = BooleanNode.TRUE;
            case "false" -> value = BooleanNode.FALSE;
            case "null" -> value = NullNode.instance;
            default -> token = word;
        }
    }

    private static JsonNode number(BigDecimal number) {
        return number.scale() == 0 && number.precision() <= 9
                ? IntNode.valueOf(number.intValueExact())
                : DecimalNode.valueOf(number);
    }

    private Unreadable unexpected() {
        return new Unreadable(
                token == null && value == null
                        ? "ends too early"
                        : "has " + brief(token == null ? value.toString() : token) + " where it does not belong");
    }

    private static String brief(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
