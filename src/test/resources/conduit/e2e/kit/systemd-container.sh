#!/usr/bin/env bash
#
# systemd as process 1 of a container over this machine's own root folder, in which nothing that is
# written stays. Its processes, network, mounts, cgroups and host name are its own; what of /proc and
# /sys is everybody's it can only read. Needs root.
#
#     systemd-container.sh FOLDER CONDUIT     FOLDER is for mounts; CONDUIT becomes /opt/conduit
#
# Prints the id of its process 1, and ends with all that is in it when standard input does.

set -euo pipefail

inside() {
    local folder=$1 conduit=$2 root=$1/root
    mount -t tmpfs tmpfs "$folder"
    mkdir "$folder/upper" "$folder/work" "$root"
    mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" overlay "$root"
    mkdir -p "$root/opt/conduit" "$root/mnt"
    cp -a "$conduit/." "$root/opt/conduit"
    chmod -R a+rX "$root/opt/conduit"

    mount -t proc proc "$root/proc"
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount -o remount,bind,ro "$root/proc/sys"
    mount -t sysfs -o ro sysfs "$root/sys"
    mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
    for place in dev run tmp; do
        mount -t tmpfs tmpfs "$root/$place"
    done
    chmod 1777 "$root/tmp"
    for device in null zero full random urandom tty; do
        touch "$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    mkdir "$root/dev/shm" "$root/dev/pts"
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
    ln -s pts/ptmx "$root/dev/ptmx"

    # Nothing of this machine's is started, and it does not seem to start for the first time.
    rm -rf "$root"/etc/systemd/system/*.wants "$root"/etc/rc?.d "$root/var/log/journal"
    echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
    : >"$root/etc/fstab"
    for unit in systemd-udevd systemd-logind systemd-timesyncd; do
        ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
    done

    hostname container
    ip link set lo up
    cd "$root"
    pivot_root . mnt
    umount --lazy /mnt
    local not_its_own=-sys_module,-sys_time,-sys_rawio,-mknod,-syslog
    exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        setpriv --bounding-set="$not_its_own" --inh-caps=-all \
        /lib/systemd/systemd --unit=multi-user.target --show-status=no
}

if [[ $1 == --inside ]]; then
    inside "$2" "$3"
fi

cgroup=$(findmnt --noheadings --types cgroup2 --output TARGET | head -n 1)/conduit-test-$$
mkdir "$cgroup"
clean_up() {
    kill -KILL "$container" 2>/dev/null || true
    wait "$container" 2>/dev/null || true
    echo $$ >"${cgroup%/*}/cgroup.procs"
    # What is in a cgroup takes a moment to be gone.
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null && break
        sleep 0.1
    done
}
echo $$ >"$cgroup/cgroup.procs"
unshare --mount --propagation private --pid --net --uts --ipc --cgroup --fork --kill-child \
    "$BASH" "$0" --inside "$1" "$2" </dev/null >&2 &
container=$!
trap clean_up EXIT
until init=$(cat "/proc/$container/task/$container/children") && [[ -n $init ]] &&
    [[ $(readlink "/proc/${init% }/exe") == */systemd ]]; do
    kill -0 "$container"
    sleep 0.05
done
echo "${init% }"
read -r _ || true
