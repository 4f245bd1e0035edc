package dev.kith;

/// A place on the earth, in degrees of WGS 84.
///
/// A [FieldType#GEO_POINT] field keeps each coordinate as a whole number of 32 bits, about a centimetre apart; a record that was
/// read, and every filter, sees the kept coordinates.
///
/// @param latitude in `[-90, 90]`, positive to the north
/// @param longitude in `[-180, 180]`, positive to the east
public record GeoPoint(double latitude, double longitude) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a coordinate is out of range or not a number
    public GeoPoint {
        check("latitude", latitude, 90);
        check("longitude", longitude, 180);
        latitude += 0d; // one zero
        longitude += 0d;
    }

    private static void check(String name, double degrees, int most) {
        if (!(Math.abs(degrees) <= most)) {
            throw new IllegalArgumentException(name + " must be in [-" + most + ", " + most + "], was " + degrees);
        }
    }
}
