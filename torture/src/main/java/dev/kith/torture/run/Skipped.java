package dev.kith.torture.run;

/// This machine lacks what a torture needs. Always shown, never counted as passed.
public final class Skipped extends Exception {
    private static final long serialVersionUID = 1;

    /// @param why what is missing
    public Skipped(String why) {
        super(why);
    }
}
