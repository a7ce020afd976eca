/* Tests of src/jetiha.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jetiha(const char *s, char word);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jetiha.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jetiha.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jetiha(\"cc19 ea\", 't')", jetiha("cc19 ea", 't'), -1);
    CHECK("jetiha(\"tiu at\", 'o')", jetiha("tiu at", 'o'), -1);
    CHECK("jetiha(\"o1o1\", 'a')", jetiha("o1o1", 'a'), -1);
    CHECK("jetiha(\" bu1\", 'o')", jetiha(" bu1", 'o'), -1);
    CHECK("jetiha(\"cac\", '1')", jetiha("cac", '1'), -1);
    CHECK("jetiha(\"0u0t \", 't')", jetiha("0u0t ", 't'), 3);
    CHECK("jetiha(\"cbcecbc\", 't')", jetiha("cbcecbc", 't'), -1);
    CHECK("jetiha(\"\", 'o')", jetiha("", 'o'), -1);
    CHECK("jetiha(\"bab\", 'b')", jetiha("bab", 'b'), 0);
    CHECK("jetiha(\"oao\", 't')", jetiha("oao", 't'), -1);
    puts("ok src/jetiha.c");
    return 0;
}
