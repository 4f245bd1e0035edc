/// Records made to fit a schema: conversion of values, checks of ids, vectors, text and payloads. Knows no file and no index.
@NullMarked
package dev.kith.internal.model;

import org.jspecify.annotations.NullMarked;
