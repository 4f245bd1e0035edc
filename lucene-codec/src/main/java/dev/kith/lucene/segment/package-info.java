/// What a segment's vector files hold and how they are planned, written, opened and searched, without a word of Lucene: the
/// adapter above ([dev.kith.lucene]) is the only place that speaks to it.
@NullMarked
package dev.kith.lucene.segment;

import org.jspecify.annotations.NullMarked;
