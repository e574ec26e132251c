# Runs its first argument, so that a test can say in one line what happens in the container.
eval "$1"
