/* Tests of src/jo_makad.c: prints the first call that goes wrong, or ok. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int jo_makad(char d);

static const char *running;

static void stopped(int number)
{
    printf("FAIL src/jo_makad.c: %s %s\n", running, number == SIGALRM ? "did not return" : "crashed");
    fflush(stdout);
    _exit(1);
}

#define CHECK(text, call, want) \
    do { \
        running = text; \
        int got = call; \
        if (got != want) { \
            printf("FAIL src/jo_makad.c: %s = %d, expected %d\n", text, got, want); \
            return 1; \
        } \
    } while (0)

int main(void)
{
    signal(SIGALRM, stopped);
    signal(SIGSEGV, stopped);
    signal(SIGFPE, stopped);
    alarm(2);
    CHECK("jo_makad('9')", jo_makad('9'), 57);
    CHECK("jo_makad('@')", jo_makad('@'), 64);
    CHECK("jo_makad(':')", jo_makad(':'), 58);
    CHECK("jo_makad('g')", jo_makad('g'), 103);
    CHECK("jo_makad('A')", jo_makad('A'), 97);
    CHECK("jo_makad('a')", jo_makad('a'), 97);
    CHECK("jo_makad('z')", jo_makad('z'), 122);
    CHECK("jo_makad('Z')", jo_makad('Z'), 122);
    CHECK("jo_makad(' ')", jo_makad(' '), 32);
    CHECK("jo_makad('e')", jo_makad('e'), 101);
    puts("ok src/jo_makad.c");
    return 0;
}
