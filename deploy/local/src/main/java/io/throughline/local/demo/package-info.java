/**
 * The main job told through public interfaces only, each figure compared with one counted from the input.
 */
package io.throughline.local.demo;
