# container.sh ROOT USER DIRECTORY TMP NAME=VALUE… PROGRAM ARG…: becomes PROGRAM in the image at ROOT, whose
# files it cannot change. Runs as the first process of new mount and PID namespaces; TMP is `tmp` for a /tmp of its own.
set -e
root=$1 user=$2 directory=$3 tmp=$4
shift 4
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -o remount,bind,ro "$root/dev"
if [ "$tmp" = tmp ]; then mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"; fi
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" env -i -C "$directory" "$@"
