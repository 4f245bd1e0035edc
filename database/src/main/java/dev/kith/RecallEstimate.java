package dev.kith;

/// What recall the searches of late had: some of them, chosen by time and not by content, were repeated exactly in the background
/// and the answers compared.
///
/// @param field the vector field searched
/// @param effort the effort the queries asked for
/// @param samples queries compared; the latest 1,024 count
/// @param recall mean share of the true nearest that were answered, by distance, so that equally near ones count alike
/// @param low lower end of the 95 % confidence interval (Wilson's score interval with one trial a query, which is wider than need
///        be)
/// @param high upper end of it
/// @param factor of [Effort.Recall] only: how many times the candidates that the index's own measurement asks for are kept now,
///        because that is what reached the recall asked; else 1
public record RecallEstimate(String field, Effort effort, int samples, double recall, double low, double high, double factor) {}
