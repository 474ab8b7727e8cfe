#!/bin/sh
# Init of the User-mode Linux guest. The kernel hands its arguments NODE, GUEST, MODE, MOUNT, SYNCER in as environment.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
K=/usr/lib/uml/modules/$(uname -r)/kernel
for module in fs/fat/fat fs/fat/vfat fs/nls/nls_cp437 fs/nls/nls_ascii; do insmod "$K/$module.ko"; done
mkdir -p /run/m
mount -t vfat -o "iocharset=ascii${MOUNT:+,$MOUNT}" /dev/ubda /run/m
echo 'guest mounted'
# Somebody else's flushes at every moment: the worst that a busy machine does to the order of writes.
if [ "$SYNCER" = 1 ]; then while :; do sync; done & fi
"$NODE" "$GUEST" "$MODE" /run/m
echo "rc=$?"
umount /run/m
halt -f
