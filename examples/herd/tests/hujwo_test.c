/* Tests of src/hujwo.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int hujwo(int w, int start);
int hujwo_gim(char q);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/hujwo.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/hujwo.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("hujwo(4, 4)", hujwo(4, 4), 20);
    CHECK("hujwo(5, 5)", hujwo(5, 5), 25);
    CHECK("hujwo(7, 7)", hujwo(7, 7), 35);
    CHECK("hujwo(4, 1)", hujwo(4, 1), 17);
    CHECK("hujwo(5, 6)", hujwo(5, 6), 26);
    CHECK("hujwo(1, 7)", hujwo(1, 7), 11);
    CHECK("hujwo(5, 3)", hujwo(5, 3), 23);
    CHECK("hujwo(3, 3)", hujwo(3, 3), 15);
    CHECK("hujwo(9, 4)", hujwo(9, 4), 40);
    CHECK("hujwo(4, 6)", hujwo(4, 6), 22);
    CHECK("hujwo_gim('A')", hujwo_gim('A'), 65);
    CHECK("hujwo_gim('k')", hujwo_gim('k'), 75);
    CHECK("hujwo_gim('z')", hujwo_gim('z'), 90);
    CHECK("hujwo_gim('5')", hujwo_gim('5'), 53);
    CHECK("hujwo_gim('g')", hujwo_gim('g'), 71);
    CHECK("hujwo_gim('`')", hujwo_gim('`'), 96);
    CHECK("hujwo_gim('@')", hujwo_gim('@'), 64);
    CHECK("hujwo_gim('e')", hujwo_gim('e'), 69);
    CHECK("hujwo_gim('f')", hujwo_gim('f'), 70);
    CHECK("hujwo_gim('M')", hujwo_gim('M'), 77);
    puts("ok src/hujwo.c");
    return 0;
}
