"""Every write on places: the tree, the generator, merging, the codes on the doors."""

from houqin.places.services.doors import rotate_door_code
from houqin.places.services.generator import generate_rooms
from houqin.places.services.merging import merge_rooms
from houqin.places.services.seating import seat_class
from houqin.places.services.tree import create_place, retire_place, update_place

__all__ = [
    "create_place",
    "generate_rooms",
    "merge_rooms",
    "retire_place",
    "rotate_door_code",
    "seat_class",
    "update_place",
]
