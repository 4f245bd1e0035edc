/// What a search sees: recent writes in memory, a Lucene reader, and the view that pins both at one position.
@NullMarked
package dev.kith.internal.view;

import org.jspecify.annotations.NullMarked;
