package dev.kith.internal.model;

import dev.kith.GeoPoint;
import org.apache.lucene.geo.GeoEncodingUtils;
import org.apache.lucene.util.SloppyMath;

/// Geo points as they are kept, and the same arithmetic over them as Lucene's geo queries use.
public final class GeoMath {
    private GeoMath() {}

    /// The point as a record keeps it: each coordinate rounded down to one of 2^32 steps.
    public static GeoPoint kept(GeoPoint point) {
        return new GeoPoint(GeoEncodingUtils.decodeLatitude(GeoEncodingUtils.encodeLatitude(point.latitude())),
                GeoEncodingUtils.decodeLongitude(GeoEncodingUtils.encodeLongitude(point.longitude())));
    }

    /// The latitude of a kept point as its number of steps from the equator: `floor(latitude * 2^32 / 180)`.
    public static int latitudeSteps(GeoPoint point) {
        return GeoEncodingUtils.encodeLatitude(point.latitude());
    }

    /// The longitude of a kept point as its number of steps from Greenwich: `floor(longitude * 2^32 / 360)`.
    public static int longitudeSteps(GeoPoint point) {
        return GeoEncodingUtils.encodeLongitude(point.longitude());
    }

    /// The kept point of those steps.
    public static GeoPoint point(int latitudeSteps, int longitudeSteps) {
        return new GeoPoint(GeoEncodingUtils.decodeLatitude(latitudeSteps), GeoEncodingUtils.decodeLongitude(longitudeSteps));
    }

    /// Whether a kept point lies at most that far from the center, by the haversine formula.
    public static boolean withinDistance(GeoPoint point, GeoPoint center, double meters) {
        return SloppyMath.haversinMeters(center.latitude(), center.longitude(), point.latitude(), point.longitude()) <= meters;
    }

    /// Whether a kept point lies in the box. As in Lucene, the pole and the date line as lower edges hold no kept point, since
    /// points there are kept a step below.
    public static boolean withinBox(GeoPoint point, GeoPoint southWest, GeoPoint northEast) {
        if (southWest.latitude() == 90) {
            return false;
        }
        int latitude = GeoEncodingUtils.encodeLatitude(point.latitude());
        boolean north = latitude >= GeoEncodingUtils.encodeLatitudeCeil(southWest.latitude())
                && latitude <= GeoEncodingUtils.encodeLatitude(northEast.latitude());
        return north && east(GeoEncodingUtils.encodeLongitude(point.longitude()), southWest.longitude(), northEast.longitude());
    }

    private static boolean east(int longitude, double west, double east) {
        boolean crossing = east < west;
        boolean beyondWest = west != 180 && longitude >= GeoEncodingUtils.encodeLongitudeCeil(west);
        boolean beforeEast = longitude <= GeoEncodingUtils.encodeLongitude(east);
        if (west == 180) { // nothing is kept at 180: the box begins anew at -180
            return crossing ? beforeEast : false;
        }
        return crossing ? beyondWest || beforeEast : beyondWest && beforeEast;
    }
}
