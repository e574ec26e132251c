printf '%s\0' "$@"
