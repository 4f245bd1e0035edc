/// Files of vectors, read row by row: NumPy, the forms of the TEXMEX corpus, HDF5. Knows nothing of databases.
@NullMarked
package dev.kith.files;

import org.jspecify.annotations.NullMarked;
