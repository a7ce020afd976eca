#ifndef TESTS_ESCAPE_CORPUS_H
#define TESTS_ESCAPE_CORPUS_H
/* The escape corpus (reliability.md 1.3), families A to E: each script prints ESCAPED when it got
 * what it should not get, with bash or, after "py:", with python3 and this preamble:
 *
 *     call(n, ...)   a raw system call; (result, errno)    win(condition)   prints ESCAPED if true
 *
 * `control` says where the same script must succeed, which shows that it attacks something that is
 * there: HOST as we are, ROOT the same but only when we are root, NS in fresh namespaces with all
 * rights, NONE where only the kernel's configuration decides (then it is run and may be skipped).
 * Variables: SECRET a file's path, OUT a directory, RUN the run's directory, DAEMON our pid, TARGET
 * our pid outside and the cell's first process inside, PORT, SOCKET and ABSTRACT our listeners. */
enum control { HOST, ROOT, NS, MAYBE };
struct escape {
    const char *id;
    enum control control;
    const char *script;
};

#define PREAMBLE                                                                                   \
    "import ctypes,os,socket,sys,fcntl,struct,signal\n"                                            \
    "libc=ctypes.CDLL(None,use_errno=True)\n"                                                      \
    "libc.syscall.restype=ctypes.c_long\n"                                                         \
    "def call(*a):\n"                                                                              \
    "  a=[ctypes.c_long(x) if isinstance(x,int) else x for x in a]\n"                              \
    "  r=libc.syscall(*a); return r,ctypes.get_errno()\n"                                          \
    "def win(c): print('ESCAPED' if c else 'held')\n"                                              \
    "env=os.environ\n"                                                                             \
    "target=int(env['TARGET'])\n"

static const struct escape corpus[] = {
    /* ---- A: reading what it should not ---- */
    {"A01 a secret by its path", HOST, "grep -q s3cret \"$SECRET\" && echo ESCAPED"},
    {"A02 the shadow file", ROOT, "head -c1 /etc/shadow >/dev/null && echo ESCAPED"},
    {"A03 a link in the workspace", HOST, "ln -s \"$SECRET\" l; grep -q s3cret l && echo ESCAPED"},
    {"A04 dots above the workspace", HOST,
     "grep -q s3cret \"../../../../../../../../..$SECRET\" && echo ESCAPED"},
    {"A05 the root of another process", HOST,
     "for p in self $TARGET $DAEMON; do grep -qs s3cret /proc/$p/root$SECRET && echo ESCAPED && "
     "break; done"},
    {"A05b the root directory of cwd's process", HOST,
     "for p in self $TARGET $DAEMON; do grep -qs s3cret /proc/$p/cwd/../../../../../..$SECRET && "
     "echo "
     "ESCAPED && break; done"},
    {"A06 memory map of the daemon", HOST,
     "head -c 9 /proc/$TARGET/maps | grep -q . && echo ESCAPED"},
    {"A06b descriptors of the daemon", HOST, "ls /proc/$TARGET/fd/0 && echo ESCAPED"},
    {"A06c environment of the daemon", HOST,
     "head -c1 /proc/$TARGET/environ | grep -q . && echo "
     "ESCAPED"},
    {"A07 ptrace of the daemon", HOST, "py:win(call(101,0x4206,target,0,0)[0]==0)"},
    {"A07b process_vm_readv of the daemon", HOST,
     "py:b=ctypes.create_string_buffer(8)\n"
     "m=[l for l in open('/proc/self/maps') if 'r' in l.split()[1]][0]\n"
     "try: m=open('/proc/%d/maps'%target).readline()\n"
     "except OSError: pass\n"
     "a=int(m.split('-')[0],16)\n"
     "l=struct.pack('QQ',ctypes.addressof(b),8); r=struct.pack('QQ',a,8)\n"
     "win(call(310,target,l,1,r,1,0)[0]==8)"},
    {"A08 a descriptor out of the daemon", HOST,
     "py:p=call(434,target,0)[0]\nwin(p>=0 and call(438,p,0,0)[0]>=0)"},
    {"A09 an inherited descriptor", HOST, "grep -q s3cret /proc/self/fd/500 && echo ESCAPED"},
    {"A10 a token in the environment", HOST, "env | grep -q hunter2 && echo ESCAPED"},
    {"A11 a file by its handle", ROOT,
     "py:h=ctypes.create_string_buffer(struct.pack('Ii',128,0)+bytes(128))\nm=ctypes.c_int()\n"
     "a=call(303,-100,b'/usr/bin/env',h,ctypes.byref(m),0)[0]\nf=os.open('/usr',0)\n"
     "win(a==0 and call(304,f,h,0)[0]>=0)"},
    {"A12 a handle of a file", HOST,
     "py:h=ctypes.create_string_buffer(struct.pack('Ii',128,0)+bytes(128))\nm=ctypes.c_int()\n"
     "win(call(303,-100,b'/usr/bin/env',h,ctypes.byref(m),0)[0]==0)"},
    {"A13 a hard link to a secret", HOST, "ln \"$SECRET\" h && grep -q s3cret h && echo ESCAPED"},
    {"A14 other agents' layers", HOST, "ls \"$RUN/layers\" && echo ESCAPED"},
    {"A15 the journal next to the layers", HOST, "cat \"$RUN/run.db\" && echo ESCAPED"},
    {"A16 the kernel's log", ROOT, "py:win(call(103,3,ctypes.create_string_buffer(99),99)[0]>=0)"},
    {"A16b sysfs", HOST, "test -e /sys/kernel && echo ESCAPED"},
    {"A16c kmsg", ROOT, "test -e /dev/kmsg && echo ESCAPED"},
    {"A17 a socket of the host", HOST,
     "py:s=socket.socket(socket.AF_UNIX)\ns.connect(env['SOCKET'])\nwin(True)"},
    {"A19 a core dump", ROOT, "ulimit -c unlimited && echo ESCAPED"},
    {"A20 shared memory of the host", HOST,
     "grep -q s3cret /dev/shm/drover-escape && echo ESCAPED"},
    {"A20b System V memory of the host", HOST, "ipcs -m | grep -qi 0x0d20e501 && echo ESCAPED"},
    /* ---- B: writing outside ---- */
    {"B01 a file outside", HOST, "echo x > \"$OUT/b01\" && echo ESCAPED"},
    {"B01b a file of the system", ROOT,
     "echo x > /usr/share/drover-escape && echo ESCAPED; rm -f /usr/share/drover-escape"},
    {"B03 a directory link to outside", HOST, "ln -s \"$OUT\" d; echo x > d/b03 && echo ESCAPED"},
    {"B10 a bind mount in a new user namespace", HOST,
     "unshare -rm sh -c 'mount --bind /tmp /usr/share && echo ESCAPED'"},
    {"B10b a remount for writing", NS,
     "py:win(call(165,0,b'/usr',0,0x1020,0)[0]==0 or call(165,b'/usr',"
     "b'/usr',0,0x1000,0)[0]==0)"},
    {"B11 an unmount", NS, "py:win(call(166,b'/proc',2)[0]==0)"},
    {"B12 an inherited descriptor for writing", HOST, "echo x >&501 && echo ESCAPED"},
    {"B13 times of a system file", ROOT,
     "touch -c -m -r /usr/bin/env /usr/bin/env && echo ESCAPED"},
    {"B13b mode of a system file", ROOT, "chmod 755 /usr/bin/env && echo ESCAPED"},
    {"B14 opening a system file for writing", ROOT,
     "py:os.open('/usr/lib/os-release',os.O_WRONLY)\nwin(True)"},
    {"B15 a setuid program", ROOT,
     "py:import shutil,subprocess\nshutil.copy('/usr/bin/id','id')\nos.chown('id',0,0)\n"
     "os.chmod('id',0o4755)\nwin(b'uid=0' in subprocess.check_output(['./id']))"},
    {"B16 a device node", ROOT, "mknod d c 1 5 && head -c1 d >/dev/null && echo ESCAPED"},
    {"B17 a file of two terabytes", HOST, "truncate -s 2T big && echo ESCAPED"},
    {"B22 a kernel setting", ROOT,
     "cat /proc/sys/kernel/core_pattern > c; cat c > /proc/sys/kernel/core_pattern && echo "
     "ESCAPED"},
    /* ---- C: processes and the kernel's surface ---- */
    {"C01 a signal to the daemon", HOST, "py:os.kill(target,0)\nwin(True)"},
    {"C01b a signal to the daemon by its host pid", HOST,
     "py:os.kill(int(env['DAEMON']),0)\nwin(True)"},
    {"C02 the daemon's priority", HOST,
     "py:os.setpriority(0,int(env['DAEMON']),os.getpriority(0,int(env['DAEMON'])))\nwin(True)"},
    {"C02b the daemon's processors", HOST,
     "py:os.sched_setaffinity(int(env['DAEMON']),os.sched_getaffinity(int(env['DAEMON'])))\nwin("
     "True)"},
    {"C03 typing into a terminal", ROOT,
     "py:import pty\nm,s=pty.openpty()\nwin(call(16,s,0x5412,b'x')[0]==0)"},
    {"C03b the same with high bits set", ROOT,
     "py:import pty\nm,s=pty.openpty()\nwin(call(16,s,0x100005412,b'x')[0]==0)"},
    {"C04 becoming root", ROOT, "py:os.setuid(0)\nwin(True)"},
    {"C05 a user namespace", HOST, "py:win(call(272,0x10000000)[0]==0)"},
    {"C05b a user namespace by clone", HOST,
     "py:r=call(56,0x10000011,0,0,0,0)[0]\nif r==0: os._exit(0)\nwin(r>0)"},
    {"C05c clone3, whose flags no filter sees", HOST, "py:win(call(435,0,0)[1]!=38)"},
    {"C05d another namespace", ROOT, "py:win(call(308,os.open('/proc/self/ns/net',0),0)[0]==0)"},
    {"C06 a mount", NS, "py:win(call(165,b'x',b'/tmp',b'tmpfs',0,0)[0]==0)"},
    {"C06b a chroot", NS, "py:win(call(161,b'/tmp')[0]==0)"},
    {"C06c the new mount calls", NS, "py:win(call(430,b'tmpfs',0)[0]>=0)"},
    {"C06d a detached tree", NS, "py:win(call(428,-100,b'/',0x8001)[0]>=0)"},
    {"C07 bpf", ROOT,
     "py:a=ctypes.create_string_buffer(struct.pack('IIIII',2,4,4,1,0)+bytes(100))\n"
     "win(call(321,0,a,72)[0]>=0)"},
    {"C07b perf events", ROOT,
     "py:a=ctypes.create_string_buffer(struct.pack('IIQ',1,112,0)+bytes(96))\n"
     "win(call(298,a,0,-1,-1,0)[0]>=0)"},
    {"C07c userfaultfd", ROOT, "py:win(call(323,0)[0]>=0)"},
    {"C07d a kernel module", ROOT, "py:win(call(175,0,0,b'')[1]!=1)"},
    {"C08 io_uring", HOST, "py:win(call(425,1,ctypes.create_string_buffer(120))[0]>=0)"},
    {"C09 the keyring", HOST, "py:win(call(248,b'user',b'drover',b'x',1,-2)[0]>=0)"},
    {"C10 the 32-bit system calls", MAYBE,
     "py:import mmap\nm=mmap.mmap(-1,4096,prot=7)\nm.write(bytes([0xb8,20,0,0,0,0xcd,0x80,0xc3]))\n"
     "f=ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(m)))\n"
     "win(f()==os.getpid())"},
    {"C11 executable data by personality", HOST,
     "py:call(135,0x400000)\nwin(call(135,0xffffffff)[0]&0x400000)"},
    {"C11b the same with the top bit set", HOST,
     "py:call(135,0x80400000)\nwin(call(135,0xffffffff)[0]&0x400000)"},
    {"C13 supervising its own calls", HOST,
     "py:f=ctypes.create_string_buffer(struct.pack('HBBI',6,0,0,0x7fff0000))\n"
     "p=ctypes.create_string_buffer(struct.pack('HxxxxxxQ',1,ctypes.addressof(f)))\n"
     "libc.prctl(38,1,0,0,0)\nwin(call(317,1,8,p)[0]>=0)"},
    {"C19 the host's name", NS, "py:win(call(170,b'x',1)[0]==0)"},
    {"C20 hiding from the memory killer", MAYBE,
     "echo -1000 > /proc/self/oom_score_adj && echo ESCAPED"},
    {"C21 a system call newer than the list", MAYBE, "py:win(call(457,0,0,0,0)[1]!=38)"},
    {"C22 locking much memory", ROOT,
     "py:b=ctypes.create_string_buffer(64<<20)\nwin(call(149,ctypes.addressof(b),64<<20)[0]==0)"},
    {"C24 watching the host's files", HOST,
     "py:f=call(253)[0]\nwin(call(254,f,env['OUT'].encode(),0x100)[0]>=0)"},
    /* ---- D: network and IPC ---- */
    {"D03 a service on the host's loopback", HOST,
     "py:s=socket.create_connection(('127.0.0.1',int(env['PORT'])),2)\nwin(True)"},
    {"D02 datagrams to the host's loopback", HOST,
     "py:s=socket.socket(2,2)\ns.bind(('127.0.0.1',0))\nimport pathlib\n"
     "win(any(int(l.split()[1].split(':')[1],16)==int(env['PORT']) for l in "
     "open('/proc/net/tcp').readlines()[1:]))"},
    {"D04 raw packets", ROOT, "py:socket.socket(2,3,1)\nwin(True)"},
    {"D05 an abstract socket of the host", HOST,
     "py:s=socket.socket(socket.AF_UNIX)\ns.connect('\\0'+env['ABSTRACT'])\nwin(True)"},
    {"D08 netlink", HOST, "py:socket.socket(16,3,0)\nwin(True)"},
    {"D08b packet sockets", ROOT, "py:socket.socket(17,3,0)\nwin(True)"},
    {"D08c vsock", MAYBE, "py:socket.socket(40,1,0)\nwin(True)"},
    {"D08d the kernel's ciphers", MAYBE, "py:socket.socket(38,5,0)\nwin(True)"},
    {"D08e netlink with high bits in the family", HOST, "py:win(call(41,0x100000010,3,0)[0]>=0)"},
    {"D09 MPTCP", MAYBE, "py:socket.socket(2,1,262)\nwin(True)"},
    {"D09b SCTP", MAYBE, "py:socket.socket(2,1,132)\nwin(True)"},
    {"D09c UDP-Lite", HOST, "py:socket.socket(2,2,136)\nwin(True)"},
    /* ---- E: exhaustion ---- */
    {"E02 a gigabyte and more in shared memory", MAYBE,
     "fallocate -l 1200M /dev/shm/drover-bomb && echo ESCAPED; rm -f /dev/shm/drover-bomb"},
    {"E05 thousands of descriptors", HOST,
     "py:import resource\nh=resource.getrlimit(7)[1]\nresource.setrlimit(7,(h,h))\n"
     "l=[os.open('/',0) for i in range(3000)]\nwin(True)"},
    {"E05b raising its own limits", MAYBE,
     "py:import resource\nresource.setrlimit(7,(100000,100000))\nwin(True)"},
    {"E06 real-time priority", ROOT, "py:os.sched_setscheduler(0,1,os.sched_param(1))\nwin(True)"},
};
#endif
