"""Words of the bench's rows: one of two characters that few items have, one every tenth, one none."""

RARE, COMMON, ABSENT = "风筝", "检查", "鲸鱼"
