package dev.kith.storage;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `wal-` and the log number in 19 digits and `.log`; with `.tmp` behind it until the file is complete.
final class LogFileName {
    private static final Pattern FORM = Pattern.compile("wal-([0-9]{19})\\.log");
    private static final Pattern TEMPORARY_FORM = Pattern.compile("wal-[0-9]{19}\\.log\\.tmp");

    private static final int DIGITS = 19;

    private LogFileName() {}

    static String of(long logNumber) {
        String digits = Long.toString(logNumber);
        return "wal-" + "0".repeat(DIGITS - digits.length()) + digits + ".log";
    }

    static String temporary(long logNumber) {
        return of(logNumber) + ".tmp";
    }

    static OptionalLong numberOf(String name) {
        Matcher matcher = FORM.matcher(name);
        try {
            return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
        } catch (NumberFormatException tooLarge) {
            return OptionalLong.empty(); // no log ever reached that number
        }
    }

    static boolean isTemporary(String name) {
        return TEMPORARY_FORM.matcher(name).matches();
    }
}
