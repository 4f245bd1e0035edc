package dev.kith.torture.run;

/// One kind of torture. What it asks for is random but repeatable: everything comes from the session's seed and the number of
/// the turn.
public interface Torture {
    /// What it does and what must hold, in one line.
    String about();

    /// How many turns a run without bounds takes: some seconds.
    long fewTurns();

    /// Runs until the session ends it. What must hold and does not is told by [Session#violation]; an exception is a violation too.
    ///
    /// @throws Skipped if this machine cannot run it
    void run(Session session) throws Exception;
}
