/// Data sets: file forms (fvecs, bvecs, ivecs, npy, HDF5, each also gzipped), folders, and public sets known by name,
/// all brought into one canonical mapped form with exact truth.
@NullMarked
package dev.kith.bench.data;

import org.jspecify.annotations.NullMarked;
