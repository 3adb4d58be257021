package io.throughline.jobs.outreach;

import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.outreach.MessageStore.Letter;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;

/**
 * What a mail says. Links are followed and opens seen in HTML only: in plain text a reader sees where a link leads, and it
 * leads there. A mail without HTML that is to be tracked gets one that looks like its text.
 *
 * @param html null: plain text only
 * @param unsubscribing where its reader can say no; empty: there is no such place
 */
record Content(String text, String html, Optional<String> unsubscribing) {

    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]*[^\\s<>\"'.,;:!?)\\]}]");

    static Content of(Letter letter, Links links, Instant now) {
        Optional<Links.OfLetter> ours = links.of(letter, now);
        Optional<String> unsubscribing = ours.map(Links.OfLetter::unsubscribing);
        String place = unsubscribing.orElse("");
        boolean tracked = ours.isPresent() && (letter.trackOpens() || letter.trackClicks());
        String html = letter.html() == null && tracked ? likeText(letter.body()) : letter.html();
        if (html != null && tracked) {
            html = tracked(html, ours.get(), letter);
        }
        return new Content(
                letter.body().replace(OutreachMessage.UNSUBSCRIBE_URL, place),
                html == null ? null : html.replace(OutreachMessage.UNSUBSCRIBE_URL, place),
                unsubscribing);
    }

    /** For who takes text only, and makes no mail of it. */
    static String plain(Letter letter, Links links, Instant now) {
        String place = links.of(letter, now).map(Links.OfLetter::unsubscribing).orElse("");
        return letter.body().replace(OutreachMessage.UNSUBSCRIBE_URL, place);
    }

    private static String tracked(String html, Links.OfLetter links, Letter letter) {
        Document document = Jsoup.parse(html);
        document.outputSettings().prettyPrint(false);
        if (letter.trackClicks()) {
            for (Element link : document.select("a[href], area[href]")) {
                links.click(link.attr("href")).ifPresent(tracked -> link.attr("href", tracked));
            }
        }
        if (letter.trackOpens()) {
            document.body()
                    .appendElement("img")
                    .attr("src", links.pixel())
                    .attr("width", "1")
                    .attr("height", "1")
                    .attr("alt", "");
        }
        return document.outerHtml();
    }

    private static String likeText(String text) {
        StringBuilder html = new StringBuilder();
        int end = 0;
        for (MatchResult link : LINK.matcher(text).results().toList()) {
            html.append(escaped(text.substring(end, link.start())));
            html.append("<a href=\"%1$s\">%1$s</a>".formatted(Entities.escape(link.group())));
            end = link.end();
        }
        html.append(escaped(text.substring(end)));
        return "<!doctype html><html><body><div>" + html + "</div></body></html>";
    }

    /** Spaces at the beginning of a line are part of how a text looks. */
    private static String escaped(String text) {
        return Entities.escape(text).replaceAll("(?m)(?<=^| ) ", "&nbsp;").replaceAll("\\R", "<br>");
    }
}
