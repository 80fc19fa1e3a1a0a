"""学年结转: once a year classes move up, the last grade leaves, new ones begin; 班主任 and rooms change."""
