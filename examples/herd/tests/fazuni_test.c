/* Tests of src/fazuni.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int fazuni(int vopa, int sicuvel);
int fazuni_niwu(int kesopo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/fazuni.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/fazuni.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("fazuni(1, 2)", fazuni(1, 2), 1);
    CHECK("fazuni(30, 24)", fazuni(30, 24), 0);
    CHECK("fazuni(1, 25)", fazuni(1, 25), 1);
    CHECK("fazuni(2, 30)", fazuni(2, 30), 0);
    CHECK("fazuni(2, 2)", fazuni(2, 2), 0);
    CHECK("fazuni(17, 17)", fazuni(17, 17), 0);
    CHECK("fazuni(11, 12)", fazuni(11, 12), 1);
    CHECK("fazuni(1, 1)", fazuni(1, 1), 1);
    CHECK("fazuni(2, 22)", fazuni(2, 22), 0);
    CHECK("fazuni(2, 27)", fazuni(2, 27), 1);
    CHECK("fazuni_niwu(1)", fazuni_niwu(1), 1);
    CHECK("fazuni_niwu(0)", fazuni_niwu(0), 12);
    CHECK("fazuni_niwu(23)", fazuni_niwu(23), 11);
    CHECK("fazuni_niwu(3)", fazuni_niwu(3), 3);
    CHECK("fazuni_niwu(17)", fazuni_niwu(17), 5);
    CHECK("fazuni_niwu(2)", fazuni_niwu(2), 2);
    CHECK("fazuni_niwu(22)", fazuni_niwu(22), 10);
    CHECK("fazuni_niwu(19)", fazuni_niwu(19), 7);
    CHECK("fazuni_niwu(10)", fazuni_niwu(10), 10);
    CHECK("fazuni_niwu(16)", fazuni_niwu(16), 4);
    puts("ok src/fazuni.c");
    return 0;
}
