/* Tests of src/cozo_lib.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cozo_lib(int foru);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cozo_lib.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cozo_lib.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cozo_lib(14)", cozo_lib(14), 14);
    CHECK("cozo_lib(45)", cozo_lib(45), 42);
    CHECK("cozo_lib(18)", cozo_lib(18), 14);
    CHECK("cozo_lib(49)", cozo_lib(49), 42);
    CHECK("cozo_lib(31)", cozo_lib(31), 28);
    CHECK("cozo_lib(50)", cozo_lib(50), 42);
    CHECK("cozo_lib(22)", cozo_lib(22), 14);
    CHECK("cozo_lib(55)", cozo_lib(55), 42);
    CHECK("cozo_lib(60)", cozo_lib(60), 56);
    CHECK("cozo_lib(15)", cozo_lib(15), 14);
    puts("ok src/cozo_lib.c");
    return 0;
}
