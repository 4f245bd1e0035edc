/// IVF-PQ family: coarse quantizer, inverted lists, list scanners. Knows neither files nor Lucene.
@NullMarked
package dev.kith.ivfpq;

import org.jspecify.annotations.NullMarked;
