package io.throughline.chat.asking;

/**
 * Who answers usually, and who steps in when asked to while that one is down.
 *
 * @param usual the model, or the rules when none is connected
 * @param standIn needs no provider
 */
public record Answerers(Answerer usual, Answerer standIn) {}
