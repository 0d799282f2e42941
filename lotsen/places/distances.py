"""How far two places are apart. Pure."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0  # mean radius


def kilometres(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """Great-circle distance of two points in WGS 84 degrees (haversine)."""
    a, b = radians(latitude), radians(other_latitude)
    half_north, half_east = (b - a) / 2, radians(other_longitude - longitude) / 2
    chord = sin(half_north) ** 2 + cos(a) * cos(b) * sin(half_east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(chord))
