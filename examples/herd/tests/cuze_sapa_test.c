/* Tests of src/cuze_sapa.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int cuze_sapa(const char *bo);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/cuze_sapa.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/cuze_sapa.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("cuze_sapa(\"cicteo\")", cuze_sapa("cicteo"), 6);
    CHECK("cuze_sapa(\"0aob u\")", cuze_sapa("0aob u"), 6);
    CHECK("cuze_sapa(\"ae1 \")", cuze_sapa("ae1 "), 4);
    CHECK("cuze_sapa(\"bbabb\")", cuze_sapa("bbabb"), 5);
    CHECK("cuze_sapa(\"cbt910u\")", cuze_sapa("cbt910u"), 7);
    CHECK("cuze_sapa(\"b1 10t\")", cuze_sapa("b1 10t"), 6);
    CHECK("cuze_sapa(\"a c09e\")", cuze_sapa("a c09e"), 6);
    CHECK("cuze_sapa(\"cacacac\")", cuze_sapa("cacacac"), 7);
    CHECK("cuze_sapa(\"9iu \")", cuze_sapa("9iu "), 4);
    CHECK("cuze_sapa(\"acaaaca\")", cuze_sapa("acaaaca"), 7);
    puts("ok src/cuze_sapa.c");
    return 0;
}
