/**
 * What is decided about one step of one person, without a database: whether its condition holds ({@code Condition}), which of
 * its variants it is ({@code Variants}) and when it may go out ({@code SendWindow}). Owns nothing; {@code sequence} asks.
 */
package io.throughline.enrollment.step;
